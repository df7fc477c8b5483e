"""Facts from CSV files: read line by line, checked against one set of rules, written whole or not at all."""
