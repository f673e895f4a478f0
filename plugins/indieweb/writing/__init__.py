"""Beginning a post: its file, its name, its pictures, and the context of what it answers."""
