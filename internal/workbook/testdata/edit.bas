' Opens a workbook or CSV file, types cells into its first row of data, and
' saves it as what it was. Each line of todo is a column, a tab and a text.
Sub TypeIn(path As String, todo As String)
	Dim isCSV As Boolean, doc, sheet, cell, n, entry, parts, f
	Dim opening(2) As New com.sun.star.beans.PropertyValue
	isCSV = Right(path, 4) = ".csv"
	opening(0).Name = "Hidden"
	opening(0).Value = True
	If isCSV Then
		opening(1).Name = "FilterName"
		opening(1).Value = "Text - txt - csv (StarCalc)"
		opening(2).Name = "FilterOptions"
		opening(2).Value = "44,34,76,1,,0,false,true,false"
	End If
	doc = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, opening())
	sheet = doc.Sheets.getByIndex(0)
	f = FreeFile
	Open todo For Input As #f
	Do While Not EOF(f)
		Line Input #f, entry
		parts = Split(entry, Chr(9))
		If UBound(parts) = 1 Then
			n = 0
			Do While sheet.getCellByPosition(n, 0).String <> "" And sheet.getCellByPosition(n, 0).String <> parts(0)
				n = n + 1
			Loop
			If sheet.getCellByPosition(n, 0).String = "" Then sheet.getCellByPosition(n, 0).String = parts(0)
			cell = sheet.getCellByPosition(n, 1)
			If IsNumeric(parts(1)) And Left(parts(1), 2) <> "00" Then
				cell.Value = Val(parts(1))
			Else
				cell.String = Join(Split(parts(1), "\n"), Chr(10))
			End If
		End If
	Loop
	Close #f
	Dim saving(1) As New com.sun.star.beans.PropertyValue
	saving(0).Name = "FilterName"
	If isCSV Then
		saving(0).Value = "Text - txt - csv (StarCalc)"
		saving(1).Name = "FilterOptions"
		saving(1).Value = "44,34,76,1,,0,false,true,false"
	Else
		saving(0).Value = "Calc MS Excel 2007 XML"
	End If
	doc.storeToURL(ConvertToURL(path), saving())
	doc.close(True)
	f = FreeFile
	Open todo & ".done" For Output As #f
	Print #f, "done"
	Close #f
	StarDesktop.terminate()
End Sub
