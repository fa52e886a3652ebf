package workbook

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"safeguard/internal/report"
	"safeguard/internal/triage"
)

// maxSheet bounds what is read of a spreadsheet.
const maxSheet = 64 << 20

// ReadEdits reads what people typed into a workbook or CSV file that Plan or
// safeguard plan --format csv wrote; which it is is recognised by content.
func ReadEdits(path string) ([]triage.Edit, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSheet {
		return nil, fmt.Errorf("read %s: it is larger than %d MB", path, maxSheet>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	edits, err := triage.ReadEdits(rows, report.ItemColumns)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return edits, nil
}

func rowsOf(data []byte) ([][]string, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return workbookRows(data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord = -1
	head, _, _ := bytes.Cut(data, []byte("\n"))
	for _, comma := range "\t;" { // as spreadsheets write it where the comma is decimal
		if bytes.Count(head, []byte(string(comma))) > bytes.Count(head, []byte{','}) {
			c.Comma = comma
		}
	}
	return c.ReadAll()
}

// workbookRows are the cells of the sheet of items as people see them, dates for
// one; the columns of numbers as they are, whatever their format hides.
func workbookRows(data []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), limits)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if i, err := f.GetSheetIndex(itemsSheet); err != nil || i < 0 {
		return nil, fmt.Errorf("there is no sheet %q: it has %s", itemsSheet, strings.Join(f.GetSheetList(), ", "))
	}
	rows, err := f.GetRows(itemsSheet)
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	raw, err := f.GetRows(itemsSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, err
	}
	for i, row := range rows[1:] {
		for j := range row {
			if j < len(rows[0]) && numeric[rows[0][j]] {
				row[j] = raw[i+1][j]
			}
		}
	}
	return rows, nil
}
