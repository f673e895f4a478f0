"""Pictures as such: what a file is, opened carefully, and made upright. Knows nobody that they belong to."""
