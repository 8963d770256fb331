"""When a request may leave: rate arithmetic, the limiter with its two lanes, and the quotas."""
