"""The sample school of about 2,000 people that `hsl demo` and `hsl up --demo` load."""
