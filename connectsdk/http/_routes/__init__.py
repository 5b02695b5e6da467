"""Which routes are there, and which one does a request take?"""
