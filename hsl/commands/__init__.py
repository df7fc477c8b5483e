"""The commands of ``hsl`` that are more than a few lines."""
