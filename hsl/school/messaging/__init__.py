"""The specification's messaging tables: an app of their own, so that they alone can be rolled back."""
