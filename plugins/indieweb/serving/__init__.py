"""Showing a site on this machine: the live preview, the published tree, and trees for a demonstration."""
