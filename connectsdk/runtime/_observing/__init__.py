"""What is told of a running worker: metrics and log lines?"""
