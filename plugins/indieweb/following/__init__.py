"""Following others: their feeds are found, and asked for what they say of this home."""
