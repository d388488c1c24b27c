"""Inside BERT, chapters 01 to 05: batches, embeddings, attention, encoder layers, pooling."""
