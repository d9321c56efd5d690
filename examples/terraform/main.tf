variable "stage" { type = string }
variable "image" { default = "nginx:1.27:stable" }

resource "aws_ecs_task_definition" "shop" {
  family                   = "shop"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 1024
  memory                   = var.stage == "live" ? 1024 : 2048
  container_definitions = jsonencode([
    {
      name         = "web"
      image        = var.image
      memory       = "512"
      portMappings = [{ containerPort = 8080 }]
    }
  ])
}

resource "aws_ecs_service" "shop" {
  name            = "shop"
  cluster         = var.cluster
  task_definition = aws_ecs_task_definition.shop.arn
  launch_type     = "FARGATE"
  desired_count   = 2
  network_configuration {
    subnets = var.subnets
  }
  load_balancer {
    container_name   = "shop"
    container_port   = 8080
    target_group_arn = aws_lb_target_group.shop.arn
  }
}
