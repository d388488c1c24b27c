"""STS objectives: how losses push, and their recorded scores."""
