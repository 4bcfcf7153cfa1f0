"""What platforms say of a post, read into our words: shared by channels and imports."""
