"""Invented lists to show, try and measure Soken with; nothing of a real list is in them."""
