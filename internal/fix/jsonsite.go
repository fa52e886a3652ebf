package fix

// jsonDeclared finds a block of the module in JSON syntax by type and labels, as
// it would be; nil if there is none.
func (s *site) jsonDeclared(w *world, path ...string) (*jsonFile, *jsonNode, error) {
	for _, file := range s.module.Files {
		if !file.JSON {
			continue
		}
		f, err := w.jsonOf(file.Path)
		if err != nil {
			return nil, nil, err
		}
		if n := f.tree.block(path...); n != nil {
			return f, n, nil
		}
	}
	return nil, nil, nil
}
