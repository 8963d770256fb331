"""Inputs from files, and results into files."""
