"""Figures and tables of merged models. Chapter 11."""
