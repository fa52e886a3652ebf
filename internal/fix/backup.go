package fix

// backupPlan backs up daily what carries the tag that its selection asks for.
var backupPlan = piece{
	main:  "aws_backup_plan.daily",
	file:  "backup.tf",
	about: "Id of the plan by which AWS Backup makes daily backups.",
}
