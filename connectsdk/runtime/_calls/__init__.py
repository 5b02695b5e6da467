"""How is plugin code called so that it can block or break nothing but itself?"""
