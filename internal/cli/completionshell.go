package cli

// completionNeeds says what a shell needs for its script.
func completionNeeds(shell string) string {
	switch shell {
	case "bash":
		return " bash needs the package bash-completion."
	case "zsh":
		return " If completion is not enabled in zsh yet, add\n\"autoload -U compinit; compinit\" to ~/.zshrc."
	}
	return ""
}

// loadCompletion returns the examples of how a shell loads its script.
func loadCompletion(shell string) string {
	switch shell {
	case "bash":
		return "  source <(macrowatch completion bash)                               # this shell only\n" +
			"  macrowatch completion bash > /etc/bash_completion.d/macrowatch     # Linux, as root\n" +
			"  macrowatch completion bash > $(brew --prefix)/etc/bash_completion.d/macrowatch   # macOS"
	case "zsh":
		return "  source <(macrowatch completion zsh)                          # this shell only\n" +
			"  macrowatch completion zsh > \"${fpath[1]}/_macrowatch\"        # Linux\n" +
			"  macrowatch completion zsh > $(brew --prefix)/share/zsh/site-functions/_macrowatch   # macOS"
	case "fish":
		return "  macrowatch completion fish | source                          # this shell only\n" +
			"  macrowatch completion fish > ~/.config/fish/completions/macrowatch.fish"
	}
	return "  macrowatch completion powershell | Out-String | Invoke-Expression"
}
