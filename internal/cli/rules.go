package cli

import "github.com/spf13/cobra"

func rulesCommand(stdio IO) *cobra.Command { return &cobra.Command{Use: "rules"} }
