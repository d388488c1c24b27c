"""The ground: errors, paths, files, locks, provenance. It imports nothing of the project."""
