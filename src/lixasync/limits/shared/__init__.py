"""One rate budget for several processes: the arithmetic, the queue in each process, and where the budget is kept."""
