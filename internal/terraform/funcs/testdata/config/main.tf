# Stands for the configuration that the test generates here.
