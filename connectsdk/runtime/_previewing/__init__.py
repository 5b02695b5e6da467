"""What would a connector do with real records?"""
