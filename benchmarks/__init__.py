"""How fast is connectsdk, beside the Java worker and a loop written by hand?

`python -m benchmarks` starts an Apache Kafka of its own, runs every job with each of the three in turn, and
prints ratios with their spread. `docs/explanation/performance.md` says how it is measured.
"""
