"""Pictures of serving: chapter 12."""
