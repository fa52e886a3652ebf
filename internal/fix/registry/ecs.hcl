# Services and their containers are maps whose keys only the call knows.

rule "ECS_CONTAINERS_READONLY_ACCESS" {
  versions = "<6"
  why      = "which containers write to their own file system, the call does not say: take readonly_root_filesystem = false out of the container_definitions below services of module.CALL, and mount volumes where a container writes"
}

rule "ECS_CONTAINERS_READONLY_ACCESS" {
  versions = ">=6"
  why      = "which containers write to their own file system, the call does not say: take readonlyRootFilesystem = false out of the container_definitions below services of module.CALL, and mount volumes where a container writes"
}

rule "ECS_TASK_DEFINITION_USER_FOR_HOST_MODE_CHECK" {
  why = "as whom a container can run, the call does not say: give those below services of module.CALL a user, or the service the network_mode awsvpc"
}
