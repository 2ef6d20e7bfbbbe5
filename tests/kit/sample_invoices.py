"""Makes sample_data/invoices.xlsx as an accounts payable clerk would export it: `python tests/sample_invoices.py`."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.kit.places import PROJECT

TITLES = (
    "Nordlicht Maschinenbau GmbH: incoming invoices, first quarter 2026",
    "Exported 2026-04-02 09:14, accounts payable",
)
HEADINGS = (
    "Document", "Supplier", "Supplier name", "VAT ID", "Invoice no.", "Item", "Invoice date", "Entered on", "Our order", "Order item",
    "Material", "Text", "Quantity", "Unit", "Price", "per", "Net", "VAT", "Curr.", "Kind", "Invoice total", "IBAN",
)  # fmt: skip
DATES = ("Invoice date", "Entered on")
NUMBERS = ("Our order", "Order item", "Item", "Quantity", "Price", "per", "Net", "VAT", "Invoice total")
FORMATS = {
    "Invoice date": "yyyy-mm-dd",
    "Entered on": "yyyy-mm-dd",
    "Price": "#,##0.00",
    "Net": "#,##0.00",
    "VAT": "#,##0.00",
    "Invoice total": "#,##0.00",
}
MADE = datetime(2026, 4, 2, 9, 14)  # noqa: DTZ001 -- a workbook knows no time zone
LINES = """
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0107|10|2026-01-29||4500001001|10|ST-1010|Round bar 20 mm|120|M|4.80||576.00|109.44|EUR||2385.95|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0107|20|2026-01-29||4500001001|20|ST-1020|Flat bar 40 x 8 mm|80|M|6.35||508.00|96.52|EUR||2385.95|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0107|30|2026-01-29||4500001001|30|ST-2040|Steel sheet 2 mm 1250 x 2500|15|PC|61.40||921.00|174.99|EUR||2385.95|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0119|10|2026-02-02||4500001001|30|ST-2040|Steel sheet 2 mm 1250 x 2500|10|PC|61.40||614.00|116.66|EUR||730.66|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0214|10|2026-02-20||4500001002|10|ST-1010|Round bar 20 mm|150|M|5.20||780.00|148.20|EUR||1635.06|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0214|20|2026-02-20||4500001002|20|ST-3300|Square tube 60 x 60 x 4|60|M|9.90||594.00|112.86|EUR||1635.06|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0219|10|2026-02-23||4500001002|30|ST-2040|Steel sheet 2 mm 1250 x 2500|30|PC|61.40||1842.00|349.98|EUR||2191.98|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0298|10|2026-03-06||4500001003|10|ST-4100|Angle 50 x 50 x 5|90|M|7.20||648.00|123.12|EUR||771.12|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0305|10|2026-03-09||4500001003|20|ST-4200|Welding wire, spool of 15 kg|12|PC|48.00||576.00|40.32|EUR||616.32|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0311|10|2026-03-09||4500001003|30|ST-1020|Flat bar 40 x 8 mm|100|M|6.35||635.00|120.65|EUR||755.65|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS26-311|10|2026-03-09|2026-03-23|4500001003|30|ST-1020|Flat bar 40 x 8 mm|100|M|6.35||635.00|120.65|EUR||755.65|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0342|10|2026-03-19||4500001004|10|ST-1010|Round bar 20 mm|100|M|4.80||480.00|91.20|EUR||672.35|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0342|20|2026-03-19||4500001004|30||Freight|||||85.00|16.15|EUR|Freight|672.35|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0350|10|2026-03-26||4500001004|10|ST-1010|Round bar 20 mm|100|M|4.80||480.00|91.20|EUR||571.20|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0361|10|2026-03-30||4500001005|10|ST-1020|Flat bar 40 x 8 mm|60|M|6.35||381.00|72.39|EUR||566.44|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0361|20|2026-03-30||4500001005|20||Freight|||||95.00|18.05|EUR|Freight|566.44|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1044|10|2026-02-12||4500001101|10|BB-6204|Ball bearing 6204-2RS|200|PC|3.15||630.00||EUR||1652.40|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1044|20|2026-02-12||4500001101|20|BB-6305|Ball bearing 6305-2RS|120|PC|5.60||672.00||EUR||1652.40|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1044|30|2026-02-12||4500001101|30|BB-UCP205|Pillow block UCP 205|16|PC|21.90||350.40||EUR||1652.40|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1102|10|2026-03-02||4500001102|20|BB-51105|Thrust bearing 51105|40|PC|8.25||330.00||EUR||330.00|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1131|10|2026-03-13||4500001102|10|BB-6204|Ball bearing 6204-2RS|300|PC|3.15||945.00||EUR||945.00|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1160|10|2026-03-23||4500001103|10|BB-6305|Ball bearing 6305-2RS|92|PC|5.60||515.20||EUR||1455.70|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1160|20|2026-03-23||4500001103|20|BB-6204|Ball bearing 6204-2RS|150|PC|3.15||472.50||EUR||1455.70|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1160|30|2026-03-23||4500001103|30|BB-30205|Tapered roller bearing 30205|60|PC|7.80||468.00||EUR||1455.70|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1163|10|2026-03-30||4500001104|10|BB-6204|Ball bearing 6204-2RS|80|PC|3.15||252.00||EUR||252.00|
Credit note|100002|Baltic Bearings OÜ|EE101900202|26-C017|10|2026-03-31||4500001103|30|BB-30205|Tapered roller bearing 30205|66|PC|7.80||514.80||EUR||514.80|
Credit note|100002|Baltic Bearings OÜ|EE101900202|26-C018|10|2026-03-31||4500001104|10|BB-6204|Ball bearing 6204-2RS|8|PC|3.15||25.20||EUR||25.20|
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1170|10|2026-03-31||4500001501|20|RT-CHAIN|Roller chain 08B-1, 5 m|24|PC|31.20||748.80||EUR||748.80|
Invoice|100003|Pacific Fasteners Inc.||PF88120|10|2026-02-24||4500001201|10|PF-M8X30|Hex bolt M8 x 30|10000|PC|42.00|1000|420.00||USD||605.00|
Invoice|100003|Pacific Fasteners Inc.||PF88120|20|2026-02-24||4500001201|20|PF-M8N|Hex nut M8|10000|PC|18.50|1000|185.00||USD||605.00|
Invoice|100003|Pacific Fasteners Inc.||PF88071|10|2026-01-27||4500001202|10|PF-M10X40|Hex bolt M10 x 40|5000|PC|71.00|1000|355.00||USD||355.00|
Invoice|100003|Pacific Fasteners Inc.||PF88240|10|2026-03-24||4500001203|10|PF-M6X20|Hex bolt M6 x 20|20000|PC|28.40|1000|568.00||EUR||568.00|
Invoice||PacFast||PF88245|10|2026-03-25||4500001203|20|PF-W8|Washer 8.4|21000|PC|6.90|1000|144.90||USD||328.90|
Invoice||PacFast||PF88245|20|2026-03-25||4500001203|30|PF-M8N|Hex nut M8, box of 500|10000|PC|18.40|1000|184.00||USD||328.90|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0218|10|2026-02-24||4500001301|10|MH-CYL50|Hydraulic cylinder 50/30-200|8|PC|312.00||2496.00||EUR||3348.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0218|20|2026-02-24||4500001301|20|MH-HOSE12|Hydraulic hose DN 12, 2 m|60|PC|14.20||852.00||EUR||3348.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0221|10|2026-02-27||4500001301|30|MH-SEAL|Seal kit for cylinder 50/30|40|PC|11.50||464.00||EUR||464.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0302|10|2026-03-10||4500001302|10|MH-PUMP20|Gear pump 20 cc|6|PC|268.00||1608.00||EUR||1608.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0305|10|2026-03-11||4500001302|20|MH-VALVE|Directional valve 4/3 NG 6|10|PC|154.00||1540.00||EUR||1575.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0305|20|2026-03-11||4500001302|||Packing and handling|||||35.00||EUR|Charge|1575.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0317|10|2026-03-24||4500001302|30|MH-FIT|Fitting G 1/2|200|PC|2.35||470.00||EUR||470.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0311|10|2026-03-18||4500001303|10|MH-OIL|Hydraulic oil HLP 46, drum|4|PC|389.00||1556.00||EUR||1556.00|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100233|10|2026-01-30||4500001401|10|JV-BOX400|Carton 400 x 300 x 200|1000|PC|0.62||620.00||EUR||2100.80|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100233|20|2026-01-30||4500001401|20|JV-FILM|Stretch film 500 mm|48|PC|7.10||340.80||EUR||2100.80|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100233|30|2026-01-30||4500001401|30|JV-PAL|Euro pallet|100|PC|11.40||1140.00||EUR||2100.80|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100377|10|2026-03-05||4500001402|10|JV-BOX400|Carton 400 x 300 x 200|60|BDL|12.40||744.00||EUR||1288.40|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100377|20|2026-03-05||4500001402|20|JV-TAPE|Packing tape 66 m|144|PC|1.85||266.40||EUR||1288.40|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100377|30|2026-03-05||4500001402|30|JV-LABEL|Shipping labels, roll|20|PC|13.90||278.00||EUR||1288.40|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100381|10|2026-03-06||4500001402|90|JV-EDGE|Edge protector 35 mm|25|PC|4.40||110.00||EUR||110.00|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100402|10|2026-03-16||4500001403|10|JV-PAL|Euro pallet|80|PC|11.40||912.00||EUR||912.00|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100415|10|2026-03-19||4500001404||JV-BAG|Paper bag 25 kg|600|PC|0.48||288.00||EUR||288.00|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|118/2026|10|2026-03-03||4500001501|10|RT-GB40|Worm gearbox i = 40|5|PC|418.00||2090.00||EUR||2802.00|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|118/2026|20|2026-03-03||4500001501|30|RT-SPR|Sprocket 08B-1 z = 19|40|PC|17.80||712.00||EUR||2802.00|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|131/2026|10|2026-03-20||4500001502|10|RT-BELT|Timing belt T10-1250|60|PC|22.40||1344.00|0.00|EUR||1434.00|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|134/2026|10|2026-03-23||||RT-PULLEY|Timing pulley T10 z = 24|30|PC|38.60||1158.00||EUR||1158.00|
Invoice||Quickfix Trading Ltd||QT-7731|10|2026-03-27||4500001502|30|RT-COUP|Jaw coupling GR 28|18|PC|44.00||792.00||EUR||792.00|
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50118|10|2026-02-26||4500001601|10|LE-SENS|Inductive sensor M12|50|PC|24.90||1245.00||EUR||3571.00|
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50118|20|2026-02-26||4500001601|20|LE-CABLE|Sensor cable M12, 5 m|50|PC|9.80||490.00||EUR||3571.00|
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50118|30|2026-02-26||4500001601|30|LE-PLC|Compact PLC|3|PC|612.00||1836.00||EUR||3571.00|
Invoice|100007|Lindqvist Elektronik AB|FR40190040404|LE-50131|10|2026-03-19||4500001602|10|LE-RELAY|Safety relay|12|PC|138.00||1656.00||EUR||1656.00|
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50133|10|2026-03-19||4500001602|20|LE-PSU|Power supply 24 V 10 A|eight|PC|96.50||772.00||EUR|||
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50133|20|2026-03-19||4500001602|30|LE-SENS|Inductive sensor M12|30|PC|24.90||747.00||EUR|||
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50140|10|2026-03-26||4500016001|10|LE-PLC2|PLC extension module|6|PC|178.00||1068.00||EUR||1068.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0090|10|2026-02-27||4500001701|10||Maintenance, hours|44|H|68.00||2992.00|568.48|EUR||3560.48|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0093|10|2026-03-02||4500001701|20||Yearly inspection of cranes|1||||1450.00|275.50|EUR||2796.50|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0093|20|2026-03-02||4500001702|20||Cleaning in February|1||||900.00|171.00|EUR||2796.50|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0095|10|2026-03-04||4500001701|30||Calibration of gauges|1||||5400.00|1026.00|EUR||6426.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0101|10|2026-03-13||4500001702|10||Repair of the floor, hall 2|1||||8000.00|1520.00|EUR||9520.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0104|10|2026-03-17|||||Night call-out, 15 March|3|H|95.00||285.00|54.15|EUR||339.15|
Invoice|100009|Great Lakes Motors LLC||GLM-30771|10|2026-03-13||4500001801|10|GL-M11|Motor 1.1 kW|6|PC|184.00||1104.00||USD||3402.00|
Invoice|100009|Great Lakes Motors LLC||GLM-30771|20|2026-03-13||4500001801|20|GL-M22|Motor 2.2 kW|4|PC|263.50||1054.00||USD||3402.00|
Invoice|100009|Great Lakes Motors LLC||GLM-30771|30|2026-03-13||4500001801|30|GL-VFD|Frequency drive 2.2 kW|4|PC|311.00||1244.00||USD||3402.00|
Invoice|100009|Great Lakes Motors LLC||GLM-30812|10|2026-04-01||4500001802|10|GL-M11|Motor 1.1 kW|3|PC|184.00||552.00||USD||552.00|
Invoice|100010|Falke Handel GmbH|DE819010100|RE-4471|10|2026-03-11||4500001901|10|FH-GLOVE|Work gloves, size 9|200|PC|2.10||420.00|79.80|EUR||499.80|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0402|10|2026-03-20||4500002001|10|ST-3040|Square bar 30 mm|40|M|6.50||260.00|49.40|EUR||309.40|
Invoice||Keller Stahl GmbH|DE811900101|KS-26-0405|10|2026-03-20||4500002002|10|ST-3050|Steel tube 60 mm|25|M|9.40||235.00|44.65|EUR||279.65|LT121000011101001000
Invoice|100002|Baltic Bearings OÜ|EE101900202|26-1188|10|2026-03-23||4500002003|10|BB-6302|Ball bearing 6302-2RS|40|PC|5.10||204.00||EUR||204.00|
Invoice|100005|Jansen Verpakkingen B.V.|NL819005050B01|2026100431|10|2026-03-23||4500002004|10|JV-FOIL|Stretch film|||||312.00||EUR||312.00|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|141/2026|10|2026-03-20||4500002005|10|RT-BELT|Drive belt|20|PC|15.60||312.00|68.64|EUR||380.64|
Credit note|100006|Rossi Trasmissioni S.r.l.|IT01900600606|142/2026|10|2026-03-24||4500002005|10|RT-BELT|Drive belt|20|PC|15.60||312.00|68.64|EUR||380.64|
Invoice|100006|Rossi Trasmissioni S.r.l.|IT01900600606|143/2026|10|2026-03-24||4500002005|10|RT-BELT|Drive belt|20|PC|15.00||300.00|66.00|EUR||366.00|
Invoice|100004|Moreau Hydraulique SARL|FR40190040404|F-2026-0331|10|2026-03-20||4500002006|10|MH-HOSE|Hydraulic hose 2 m|10|PC|34.00||340.00|68.00|EUR||408.00|
Invoice|100007|Lindqvist Elektronik AB|SE559007070701|LE-50151|10|2026-03-12||4500002007|10||Advance on the control panel|||||6000.00||EUR|prepayment|6000.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0110|10|2026-03-13||4500002008|10||Advance on the overhaul|||||400.00|76.00|EUR|prepayment|476.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0115|10|2026-03-27||4500002008|10||Overhaul of the compressor|1||||1000.00|190.00|EUR||1190.00|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0117|10|2026-03-27||4500002009|10||New gate, first half|1||||1500.00|285.00|EUR||1695.75|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0117|20|2026-03-27||4500002009|10||5 % kept back|||||-75.00|-14.25|EUR|retention|1695.75|
Invoice|100008|Weber Wartung & Service GmbH|DE819008080|W-0121|10|2026-03-31||4500002009|10||Retention, released|||||100.00|19.00|EUR|retention|119.00|
Invoice|100001|Keller Stahl GmbH|DE811900101|KS-26-0410|10|2026-03-25||4500002010|10|ST-2050|Steel sheet 3 mm 1250 x 2500|20|PC|88.00||1760.00|334.40|EUR||2094.40|
Invoice|100009|Great Lakes Motors LLC||GLM-30799|10|2026-03-25||4500002011|10|GL-FAN|Cooling fan|6|PC|41.00||246.00||USD|||
Invoice|100009|Great Lakes Motors LLC||GLM-30799|20|2026-03-25||4500002012|10|GL-CAP|Capacitor set|4|PC|22.00||88.00||EUR|||
"""


def rows() -> list[dict[str, object]]:
    """Return the cells of each invoice line, heading -> value."""
    texts = [line.split("|") for line in LINES.strip().splitlines()]
    return [{heading: _value(heading, text) for heading, text in zip(HEADINGS, line, strict=True)} for line in texts]


def _value(heading: str, text: str) -> object:
    if not text:
        return None
    if heading in DATES:
        return date.fromisoformat(text)
    return Decimal(text) if heading in NUMBERS and text.replace(".", "").isdecimal() else text


def save(path: Path) -> None:
    """Write the workbook."""
    book = Workbook()
    book.properties.creator = "accounts payable"
    book.properties.created = book.properties.modified = MADE
    sheet = book.create_sheet("Invoices", 0)
    for title in TITLES:
        sheet.append([title])
    sheet.append([])
    sheet.append(HEADINGS)
    for row in rows():
        sheet.append(list(row.values()))
    _format(sheet)
    book["Sheet"].title = "Notes"
    book["Notes"]["A1"] = "One row per invoice line; credit notes are exported with positive amounts."
    book.save(path)


def _format(sheet: Worksheet) -> None:
    head = len(TITLES) + 2
    for cell in (*sheet["A1:A1"][0], *sheet[head]):
        cell.font = Font(bold=True)
    for number, heading in enumerate(HEADINGS, 1):
        column = sheet.cell(head, number).column_letter
        sheet.column_dimensions[column].width = max(9, *(len(str(row[heading] or "")) + 2 for row in rows()))
        for cell in sheet[column][head:]:
            cell.number_format = FORMATS.get(heading, "General")
    sheet.freeze_panes = f"A{head + 1}"


if __name__ == "__main__":
    save(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "sample_data" / "invoices.xlsx")
