"""What ECS derives from a task definition, without ECS: where it can run, and what an instance must offer."""
