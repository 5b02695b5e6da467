"""What do traces show of a task's batches?"""
