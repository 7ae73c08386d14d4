"""Measures what a look at an unchanged page costs."""
