package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/passwords"
)

// userFlags say in which file the users are, and from where a new password comes.
type userFlags struct {
	usersFile    string
	passwordFile string
	role         string
}

func (f *userFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.usersFile, "users-file", "", "the `FILE` with the users, as in serve --users-file")
}

func (f *userFlags) registerPassword(c *cobra.Command) {
	c.Flags().StringVar(&f.passwordFile, "password-file", "", "read the new password from the first line of this `FILE`; - or no terminal means standard input (default: ask on the terminal)")
}

// name returns the user that the arguments name. It refuses a call that names none, or no file.
func (f *userFlags) name(command string, args []string) (string, error) {
	switch {
	case len(args) != 1:
		return "", usagef("user %s needs the name of one user", command)
	case f.usersFile == "":
		return "", usagef("user %s needs the file with the users: give --users-file", command)
	}
	if err := passwords.CheckName(args[0]); err != nil {
		return "", usageError{err}
	}
	return args[0], nil
}

func (a *app) userCommand() *cobra.Command {
	return group("user", "Add, list or remove people who log in with a password",
		"  macrowatch user add ana --users-file users\n  macrowatch user list --users-file users",
		a.userAddCommand(), a.userListCommand(), a.userRemoveCommand(), a.userPasswordCommand())
}

// aboutUsersFile ends the help of the commands that change the file.
const aboutUsersFile = `

A running serve reads the file again within a second. The file holds hashes of the passwords
(argon2id), and only its owner may read it.`

func (a *app) userAddCommand() *cobra.Command {
	var f userFlags
	c := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a user, with a password and a role",
		Long: `Adds a user to the file, which it creates if need be. It asks for the password on the terminal, or
reads it from standard input or from --password-file. There is no option for the password itself,
because other users of the machine can read a command's arguments.` + aboutUsersFile,
		Example: `  macrowatch user add ana --users-file users
  macrowatch user add bo --role operator --users-file users --password-file bo.txt`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := f.name("add", args)
			if err != nil {
				return err
			}
			role, err := access.ParseRole(f.role)
			if err != nil {
				return usagef("--role: %v", err)
			}
			password, err := a.newPassword(f)
			if err != nil {
				return err
			}
			added, err := passwords.NewUser(name, role, password)
			if err != nil {
				return err
			}
			err = passwords.Change(c.Context(), f.usersFile, true, func(users []passwords.User) ([]passwords.User, error) {
				if slices.ContainsFunc(users, func(u passwords.User) bool { return u.Name == name }) {
					return nil, fmt.Errorf("%s has a user %s already: macrowatch user password changes a password", f.usersFile, name)
				}
				return append(users, added), nil
			})
			if err == nil {
				fmt.Fprintf(a.Out, "added: %s (%s)\n", name, role)
			}
			return err
		},
	}
	f.register(c)
	f.registerPassword(c)
	c.Flags().StringVar(&f.role, "role", string(access.Viewer), "what the user may do: `ROLE` is viewer or operator")
	return c
}

func (a *app) userPasswordCommand() *cobra.Command {
	var f userFlags
	c := &cobra.Command{
		Use:   "password NAME",
		Short: "Change the password of a user",
		Long: `Changes the password of a user, as macrowatch user add sets it. All sessions of the user end, so the
user must log in again everywhere.` + aboutUsersFile,
		Example: "  macrowatch user password ana --users-file users",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := f.name("password", args)
			if err != nil {
				return err
			}
			users, err := passwords.Read(f.usersFile)
			if err != nil {
				return err
			}
			if _, err := indexOf(users, name, f.usersFile); err != nil { // before a person types a password
				return err
			}
			password, err := a.newPassword(f)
			if err != nil {
				return err
			}
			err = passwords.Change(c.Context(), f.usersFile, false, func(users []passwords.User) ([]passwords.User, error) {
				i, err := indexOf(users, name, f.usersFile)
				if err != nil {
					return nil, err
				}
				users[i], err = passwords.NewUser(name, users[i].Role, password)
				return users, err
			})
			if err == nil {
				fmt.Fprintf(a.Out, "changed: %s\n", name)
			}
			return err
		},
	}
	f.register(c)
	f.registerPassword(c)
	return c
}

func (a *app) userRemoveCommand() *cobra.Command {
	var f userFlags
	c := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Remove a user, who is then out at once",
		Long:    `Removes a user from the file. All sessions of the user end.` + aboutUsersFile,
		Example: "  macrowatch user remove ana --users-file users",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := f.name("remove", args)
			if err != nil {
				return err
			}
			err = passwords.Change(c.Context(), f.usersFile, false, func(users []passwords.User) ([]passwords.User, error) {
				i, err := indexOf(users, name, f.usersFile)
				if err != nil {
					return nil, err
				}
				return slices.Delete(users, i, i+1), nil
			})
			if err == nil {
				fmt.Fprintf(a.Out, "removed: %s\n", name)
			}
			return err
		},
	}
	f.register(c)
	return c
}

// indexOf finds a user of the file.
func indexOf(users []passwords.User, name, file string) (int, error) {
	i := slices.IndexFunc(users, func(u passwords.User) bool { return u.Name == name })
	if i < 0 {
		return i, fmt.Errorf("%s has no user %s", file, name)
	}
	return i, nil
}

// userJSON is a user in user list --json.
type userJSON struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

func (a *app) userListCommand() *cobra.Command {
	var f userFlags
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the users and their roles",
		Long:    "Lists the users of the file and their roles. It never prints a password or its hash.",
		Example: "  macrowatch user list --users-file users\n  macrowatch user list --users-file users --json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if f.usersFile == "" {
				return usagef("user list needs the file with the users: give --users-file")
			}
			users, err := passwords.Read(f.usersFile)
			if err != nil {
				return err
			}
			listed := make([]userJSON, len(users))
			for i, u := range users {
				listed[i] = userJSON{u.Name, string(u.Role)}
			}
			if asJSON {
				return printJSON(a.Out, listed)
			}
			for _, u := range listed {
				fmt.Fprintf(a.Out, "%-8s  %s\n", u.Role, u.Name)
			}
			if len(listed) == 0 {
				fmt.Fprintln(a.Out, "There are no users.")
			}
			return nil
		},
	}
	f.register(c)
	jsonFlag(c, &asJSON)
	return c
}

// newPassword reads a new password: from the file of the flag, from the terminal without showing it, or from standard
// input.
func (a *app) newPassword(f userFlags) (string, error) {
	var password string
	var err error
	switch {
	case f.passwordFile != "" && f.passwordFile != "-":
		file, openErr := os.Open(f.passwordFile)
		if openErr != nil {
			return "", openErr
		}
		defer file.Close()
		password, err = firstLine(file)
	case f.passwordFile == "" && isTerminal(a.In) && isTerminal(a.Err):
		password, err = a.askPassword()
	default:
		password, err = firstLine(a.In)
	}
	if err != nil {
		return "", err
	}
	return password, passwords.CheckPassword(password)
}

// firstLine reads a line. It reads no more than a password may have.
func firstLine(from io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(from, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// askPassword asks for a password twice, and shows nothing of what is typed.
func (a *app) askPassword() (string, error) {
	var typed [2]string
	for i, question := range []string{"New password: ", "The same again: "} {
		fmt.Fprint(a.Err, question)
		text, err := term.ReadPassword(int(a.In.Fd()))
		fmt.Fprintln(a.Err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ: nothing was changed")
	}
	return typed[0], nil
}
