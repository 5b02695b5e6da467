"""What is told of a configuration before it is used?"""
