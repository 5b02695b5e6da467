"""How do connectors live inside one worker?"""
