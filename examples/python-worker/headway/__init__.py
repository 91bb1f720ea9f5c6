"""Headway's wire protocol in Python: a worker, and a client of the control protocol."""
