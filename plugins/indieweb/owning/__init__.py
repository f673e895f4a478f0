"""Making a home one's own, and keeping it up to date without losing what is one's own."""
