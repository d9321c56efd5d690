#!/bin/bash
yum install -y amazon-efs-utils
echo ECS_CLUSTER=$CLUSTER >> /etc/ecs/ecs.config
cat <<'EOF' >> /etc/ecs/ecs.config
ECS_IMAGE_PULL_BEHAVIOR=Always
export ECS_ENABLE_TASK_ENI=true
EOF
