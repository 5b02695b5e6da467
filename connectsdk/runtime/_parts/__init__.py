"""Which plugins and settings does a configuration name?"""
