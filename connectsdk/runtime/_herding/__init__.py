"""How are connectors created, changed and ended while a worker runs?"""
