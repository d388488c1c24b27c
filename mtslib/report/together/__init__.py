"""Chapter 14: tasks trained together, beside the merged model."""
