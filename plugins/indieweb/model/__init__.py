"""What everything is about: kinds, cards, entries, posts and mentions. Data, no input or output."""
