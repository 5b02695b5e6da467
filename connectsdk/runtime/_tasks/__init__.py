"""How does one task do its work, from the first record to the last offset?"""
