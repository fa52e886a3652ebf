package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/xuri/excelize/v2"
)

// author is in the properties of every workbook: who made it, and who saved it
// last. Other programs leave the first as it is, and not the second.
const author = "safeguard"

func newFile() *excelize.File {
	f := excelize.NewFile()
	// The one error is that of a document without properties, and this has them.
	_ = f.SetDocProps(&excelize.DocProperties{Creator: author, LastModifiedBy: author})
	return f
}

// Wrote reports whether data is a workbook that this package wrote, whatever
// people have changed in it since.
func Wrote(data []byte) bool {
	properties, err := propertiesOf(data)
	return err == nil && properties.Creator == author
}

var limits = excelize.Options{UnzipSizeLimit: 8 * maxSheet}

// mayReplace reports why the workbook at path, if there is one, must stay: it is
// somebody else's, or another program has saved it since, perhaps with comments.
func mayReplace(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(data) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	switch properties, err := propertiesOf(data); {
	case err != nil || properties.Creator != author:
		return fmt.Errorf("%s is there, and no workbook that safeguard wrote: delete it, or give another directory", path)
	case properties.LastModifiedBy != author:
		return fmt.Errorf("%s was saved by another program since, perhaps with comments: move it, or give another directory", path)
	}
	return nil
}

func propertiesOf(data []byte) (*excelize.DocProperties, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), limits)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.GetDocProps()
}
