"""Widgets of the window, each for one purpose."""
