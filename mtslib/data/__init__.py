"""What goes in: tasks, the readers of their files, batches, downloads. Chapters 01 and 07."""
