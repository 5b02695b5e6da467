"""What would one write without a framework?"""
